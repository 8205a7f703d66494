import { access } from "node:fs/promises";

/** Whether there is a file or folder at a path, through links, that this user may see. Never rejects. */
export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
