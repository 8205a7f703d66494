/**
 * The same few lines in the machine code of each processor, followed by the name of a file (`program.ts`):
 *
 *     first = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0644), or exit(1)
 *     length = read(open(file), buffer, 64)
 *     if (length > 0) write(first, buffer, length)
 *     exit(0)
 *
 * Linux starts a program with `argc` and `argv` on its stack. An error of a system call is a negative result.
 */

export const x86_64 = [
  "488b7c2410", // mov rdi, [rsp+16]: the first argument
  "be41020000", // mov esi, 0x241
  "baa4010000", // mov edx, 0644
  "b802000000 0f05", // open
  "85c0 7837", // test eax, eax; js fail
  "89c3", // mov ebx, eax
  "488d3d3a000000", // lea rdi, [rip+data]
  "31f6 31d2", // read-only
  "b802000000 0f05", // open
  "89c7 31c0", // read from it
  "488d742480", // lea rsi, [rsp-128]
  "ba40000000 0f05", // 64 bytes
  "85c0 7e0b", // test eax, eax; jle done
  "89c2 89df", // what was read, to the first file
  "b801000000 0f05", // write
  "31ff", // done: xor edi, edi
  "eb05", // jmp exit
  "bf01000000", // fail: mov edi, 1
  "b83c000000 0f05", // exit
] as const;

export const i686 = [
  "8b5c2408", // mov ebx, [esp+8]: the first argument
  "b941020000", // mov ecx, 0x241
  "baa4010000", // mov edx, 0644
  "b805000000 cd80", // open
  "85c0 783e", // test eax, eax; js fail
  "89c6", // mov esi, eax
  "e800000000", // call next
  "5b 81c343000000", // next: pop ebx; add ebx, data-next
  "31c9 31d2", // read-only
  "b805000000 cd80", // open
  "89c3", // read from it
  "8d4c2480", // lea ecx, [esp-128]
  "ba40000000", // 64 bytes
  "b803000000 cd80", // read
  "85c0 7e0b", // test eax, eax; jle done
  "89c2 89f3", // what was read, to the first file
  "b804000000 cd80", // write
  "31db", // done: xor ebx, ebx
  "eb05", // jmp exit
  "bb01000000", // fail: mov ebx, 1
  "b801000000 cd80", // exit
] as const;

export const aarch64 = [
  0xf9400be1, // ldr x1, [sp, 16]: the first argument
  0x92800c60, // mov x0, -100: AT_FDCWD
  0xd2804822, // mov x2, 0x241
  0xd2803483, // mov x3, 0644
  0xd2800708, // mov x8, 56: openat
  0xd4000001, // svc 0
  0xb7f80240, // tbnz x0, 63, fail
  0xaa0003f3, // mov x19, x0
  0x92800c60, // mov x0, -100
  0x10000241, // adr x1, data
  0xd2800002, // mov x2, 0: read-only
  0xd4000001, // svc 0: openat
  0xd10203ff, // sub sp, sp, 128
  0x910003e1, // mov x1, sp
  0xd2800802, // mov x2, 64: bytes
  0xd28007e8, // mov x8, 63: read
  0xd4000001, // svc 0
  0xb7f800a0, // tbnz x0, 63, done
  0xaa0003e2, // mov x2, x0: what was read
  0xaa1303e0, // mov x0, x19: to the first file
  0xd2800808, // mov x8, 64: write
  0xd4000001, // svc 0
  0xd2800000, // done: mov x0, 0
  0x14000002, // b exit
  0xd2800020, // fail: mov x0, 1
  0xd2800ba8, // exit: mov x8, 93
  0xd4000001, // svc 0
] as const;

export const arm = [
  0xe59d0008, // ldr r0, [sp, 8]: the first argument
  0xe3a01d09, // mov r1, 0x240
  0xe3811001, // orr r1, r1, 1
  0xe3a02f69, // mov r2, 0644
  0xe3a07005, // mov r7, 5: open
  0xef000000, // svc 0
  0xe3500000, // cmp r0, 0
  0xba000011, // blt fail
  0xe1a04000, // mov r4, r0
  0xe28f0048, // adr r0, data
  0xe3a01000, // mov r1, 0: read-only
  0xe3a02000, // mov r2, 0
  0xef000000, // svc 0: open
  0xe24dd080, // sub sp, sp, 128
  0xe1a0100d, // mov r1, sp
  0xe3a02040, // mov r2, 64: bytes
  0xe3a07003, // mov r7, 3: read
  0xef000000, // svc 0
  0xe3500000, // cmp r0, 0
  0xda000003, // ble done
  0xe1a02000, // mov r2, r0: what was read
  0xe1a00004, // mov r0, r4: to the first file
  0xe3a07004, // mov r7, 4: write
  0xef000000, // svc 0
  0xe3a00000, // done: mov r0, 0
  0xea000000, // b exit
  0xe3a00001, // fail: mov r0, 1
  0xe3a07001, // exit: mov r7, 1
  0xef000000, // svc 0
] as const;

export const riscv64 = [
  0x01013583, // ld a1, 16(sp): the first argument
  0xf9c00513, // li a0, -100: AT_FDCWD
  0x24100613, // li a2, 0x241
  0x1a400693, // li a3, 0644
  0x03800893, // li a7, 56: openat
  0x00000073, // ecall
  0x04054663, // bltz a0, fail
  0x00050493, // mv s1, a0
  0xf9c00513, // li a0, -100
  0x00000597, // auipc a1, 0
  0x04c58593, // addi a1, a1, data
  0x00000613, // li a2, 0: read-only
  0x00000073, // ecall: openat
  0xf8010113, // addi sp, sp, -128
  0x00010593, // mv a1, sp
  0x04000613, // li a2, 64: bytes
  0x03f00893, // li a7, 63: read
  0x00000073, // ecall
  0x00054a63, // bltz a0, done
  0x00050613, // mv a2, a0: what was read
  0x00048513, // mv a0, s1: to the first file
  0x04000893, // li a7, 64: write
  0x00000073, // ecall
  0x00000513, // done: li a0, 0
  0x0080006f, // j exit
  0x00100513, // fail: li a0, 1
  0x05d00893, // exit: li a7, 93
  0x00000073, // ecall
] as const;
