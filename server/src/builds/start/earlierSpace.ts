import type { FilledFolder } from "../../records/format/space.ts";
import { freeSpace } from "../../storage/freeSpace.ts";
import type { BuildFolder } from "../checks/shortOfSpace.ts";
import type { BuildRecords, BuildRequest } from "../record/record.ts";

/** Maximum number of earlier builds to use. */
const maxBuilds = 5;

/** The folders that a build fills, with their free space and what earlier builds of the same output used. */
export async function foldersOf(
  records: BuildRecords,
  request: BuildRequest,
  folders: readonly FilledFolder[],
): Promise<BuildFolder[]> {
  const earlier = await earlierSpace(records, request);
  return folders.flatMap(({ use, path }) => {
    const free = freeSpace(path);
    const taken = earlier.flatMap(space => {
      const measured = space[use];
      return measured === undefined ? [] : [Math.max(0, measured.before - measured.least)];
    });
    return free === undefined ? [] : [{ use, path, free, taken }];
  });
}

async function earlierSpace(records: BuildRecords, { id, uri, machine, attribute }: BuildRequest) {
  const found = [];
  for (const other of (await records.ids().catch(() => [])).toReversed()) {
    if (other >= id) continue;
    const request = await records.read(other, "request");
    if (request?.uri !== uri || request.machine !== machine || request.attribute !== attribute) continue;
    const space = (await records.read(other, "result"))?.space;
    if (space !== undefined) found.push(space);
    if (found.length === maxBuilds) break;
  }
  return found;
}
