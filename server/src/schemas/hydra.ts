import * as v from "valibot";
import { hydraAddress, isHydraProject } from "../common/entered/hydra.ts";
import { shortText, text } from "./common.ts";

/** The base address of a Hydra server. */
export const hydraUrl = v.pipe(
  shortText,
  v.check(value => hydraAddress(value) !== undefined, "is not the address of a Hydra server"),
  v.transform(value => hydraAddress(value) ?? ""),
);

export const hydraProject = v.pipe(shortText, v.check(isHydraProject, "is not the name of a project"));

export const hydraLogin = v.object({ user: v.pipe(text(255), v.nonEmpty("is empty")), password: text(4096) });
