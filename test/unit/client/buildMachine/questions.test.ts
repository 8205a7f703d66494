import assert from "node:assert/strict";
import { test } from "node:test";
import * as v from "valibot";
import { type Answers, initialAnswers, toBuildMachine } from "../../../../client/src/buildMachine/answers.ts";
import { hostQuestions } from "../../../../client/src/buildMachine/hostQuestions.ts";
import { keyQuestions } from "../../../../client/src/buildMachine/keyQuestions.ts";
import { neighbour, type Prompt, position } from "../../../../client/src/buildMachine/question.ts";
import { serviceQuestions } from "../../../../client/src/buildMachine/serviceQuestions.ts";
import { emulatableSystems } from "../../../../server/src/options/foreignSystems.ts";
import type { BuildMachineDefaults } from "../../../../server/src/protocol.ts";
import { buildMachine } from "../../../../server/src/schemas/buildMachine.ts";
import { sshPublicKey } from "../../../support/buildMachines.ts";
import { english } from "../samples.ts";

const home: BuildMachineDefaults = {
  candidates: [
    { uri: "file:///net/network.nix", machine: "eiffel", system: "aarch64-linux", host: "eiffel.example.org" },
    { uri: "file:///net/network.nix", machine: "web01", system: "x86_64-linux", host: "web01.example.org", port: 2222 },
  ],
  systems: [
    { system: "x86_64-linux", isBuildable: true, machines: 3 },
    { system: "aarch64-linux", isBuildable: false, machines: 1 },
  ],
  emulatable: emulatableSystems(),
};
const none: BuildMachineDefaults = { candidates: [], systems: [], emulatable: emulatableSystems() };

const questions = [
  ...hostQuestions(english, () => "network.nix"),
  ...serviceQuestions(english),
  ...keyQuestions(english, folder => folder.startsWith("/work")),
];

/** What a prompt proposes. */
function proposed(prompt: Prompt): readonly string[] {
  if (prompt.kind === "text") return [prompt.value];
  return prompt.kind === "several" ? prompt.chosen : [prompt.chosen ?? ""];
}

/**
 * Answers the questions in turn, and accepts what is proposed where nothing is given.
 *
 * @param given answers by a part of their question.
 */
function walk(defaults: BuildMachineDefaults, given: Readonly<Record<string, readonly string[]>>) {
  let answers = initialAnswers(defaults, "/home/me/keys");
  const asked: string[] = [];
  for (
    let index = neighbour(questions, answers, -1, 1);
    index !== -1;
    index = neighbour(questions, answers, index, 1)
  ) {
    const question = questions[index];
    assert.ok(question !== undefined);
    const prompt = question.prompt(answers);
    asked.push(prompt.question);
    const own = Object.entries(given).find(([part]) => prompt.question.includes(part))?.[1] ?? proposed(prompt);
    if (prompt.kind === "text") assert.equal(prompt.problem(own[0] ?? ""), undefined, prompt.question);
    answers = question.answered(answers, own);
  }
  return { answers, asked };
}

const id = (machine: string) => JSON.stringify(["file:///net/network.nix", machine]);

test("a machine of the network needs little more than Enter, and what comes out is what the server accepts", () => {
  const { answers, asked } = walk(home, { "Mail address": ["admin@example.org"] });
  const machine = toBuildMachine(answers);
  assert.deepEqual(machine, {
    host: "web01.example.org",
    sshPort: 2222,
    hasSsh: true,
    system: "x86_64-linux",
    emulated: ["aarch64-linux"],
    maxJobs: 4,
    cache: { host: "cache.example.org", publicKey: undefined, secretKeySource: undefined },
    hydra: { host: "hydra.example.org" },
    web: { kind: "https", email: "admin@example.org" },
    clientKeys: [],
  });
  assert.ok(v.is(buildMachine, machine));
  assert.equal(asked.length, 12);
});

test("the machine without a builder is not proposed as the build machine", () => {
  assert.equal(initialAnswers(home, "", "aarch64-linux").candidate?.machine, "web01");
  assert.equal(initialAnswers(home, "", "x86_64-linux").candidate?.machine, "eiffel");
});

test("another host is asked for its system, and cannot get a key from Morph", () => {
  const { answers, asked } = walk(home, {
    "Select the machine": [""],
    "Name or IPv4": ["192.168.1.9"],
    "Name of the binary cache": ["cache.home.lan"],
    "Name of Hydra": ["hydra.home.lan"],
  });
  assert.ok(asked.some(question => question.includes("the system that it runs")));
  assert.deepEqual(toBuildMachine(answers).web, { kind: "http", port: 80 });
  const origin = keyQuestions(english, () => false)[0]?.prompt(answers);
  assert.deepEqual(origin?.kind === "one" && origin.choices.map(({ value }) => value), ["later", "known"]);
});

test("without a network, the first question is the host", () => {
  const answers = initialAnswers(none, "");
  const first = questions[neighbour(questions, answers, -1, 1)]?.prompt(answers).question;
  assert.match(first ?? "", /^Name or IPv4 address/);
});

test("without cache and Hydra, nothing is asked about nginx and keys of a cache", () => {
  const { answers, asked } = walk(home, { "Select what it runs": [] });
  assert.deepEqual(
    asked.filter(question => /nginx|cache|Hydra|Mail/.test(question)),
    [],
  );
  const machine = toBuildMachine(answers);
  assert.equal(machine.cache, undefined);
  assert.equal(machine.hydra, undefined);
  assert.ok(v.is(buildMachine, { ...machine, web: { kind: "http", port: 80 } }));
});

test("a step back keeps the answers, and the numbers count what is asked", () => {
  const { answers } = walk(home, { "Mail address": ["admin@example.org"] });
  const last = neighbour(questions, answers, questions.length, -1);
  assert.deepEqual(position(questions, answers, last), { step: 12, steps: 12 });
  const first = neighbour(questions, answers, -1, 1);
  assert.equal(neighbour(questions, answers, first, -1), -1);
  // The same machine again: the names that were entered stay.
  const named = { ...answers, cacheHost: "mine.example.org" };
  assert.equal(questions[first]?.answered(named, [id("web01")]).cacheHost, "mine.example.org");
  assert.equal(questions[first]?.answered(named, [id("eiffel")]).cacheHost, "cache.example.org");
});

/** Why a text is refused as the answer to a question. */
function refusal(answers: Answers, part: string, text: string): string | undefined {
  const prompt = questions.map(question => question.prompt(answers)).find(({ question }) => question.includes(part));
  assert.ok(prompt?.kind === "text", part);
  return prompt.problem(text);
}

test("what no configuration can contain is refused with what is expected", () => {
  const answers = initialAnswers(home, "/home/me/keys");
  const secret = `cache-1:${"A".repeat(86)}==`;
  assert.match(refusal(answers, "Name or IPv4", "-oProxyCommand=x") ?? "", /name of a host/);
  assert.match(refusal(answers, "Port of its ssh", "0") ?? "", /from 1 to 65535/);
  assert.match(refusal(answers, "Name of the binary cache", "10.0.0.1") ?? "", /not an address/);
  assert.match(refusal({ ...answers, cacheHost: "a.b" }, "Name of Hydra", "A.b") ?? "", /The cache has this name/);
  assert.match(refusal(answers, "Mail address", "me") ?? "", /mail address/);
  assert.match(refusal(answers, "Public key of the cache", secret) ?? "", /secret key/);
  assert.match(refusal(answers, "Folder for the keys", "keys") ?? "", /absolute/);
  assert.match(refusal(answers, "Folder for the keys", "/work/keys") ?? "", /committed/);
  assert.match(refusal(answers, "a client logs in", "ssh-ed25519") ?? "", /\.pub/);
  assert.match(refusal(answers, "ssh_host_ed25519_key", "-----BEGIN OPENSSH PRIVATE KEY-----") ?? "", /secret/);
  assert.equal(refusal(answers, "a client logs in", ""), undefined);
  assert.equal(refusal(answers, "a client logs in", sshPublicKey), undefined);
});

test("keys that were created are in the modules: the public one, and the path of the secret one", () => {
  const { answers } = walk(home, { "keys come from": ["created"], "Mail address": ["admin@example.org"] });
  const keys = { publicKey: `cache-1:${"A".repeat(43)}=`, secretKeyFile: "/home/me/keys/secret" };
  assert.deepEqual(toBuildMachine(answers, keys).cache, {
    host: "cache.example.org",
    publicKey: keys.publicKey,
    secretKeySource: keys.secretKeyFile,
  });
});
