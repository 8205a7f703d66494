import * as v from "valibot";
import { hydraAddress, isHydraProject } from "../common/entered/hydra.ts";
import { isJobsetName } from "../common/entered/jobsets.ts";
import { dictionary, integer, shortText, text } from "./common.ts";

/** The base address of a Hydra server. */
export const hydraUrl = v.pipe(
  shortText,
  v.check(value => hydraAddress(value) !== undefined, "is not the address of a Hydra server"),
  v.transform(value => hydraAddress(value) ?? ""),
);

export const hydraProject = v.pipe(shortText, v.check(isHydraProject, "is not the name of a project"));

export const hydraLogin = v.object({ user: v.pipe(text(255), v.nonEmpty("is empty")), password: text(4096) });

export const hydraJobsetName = v.pipe(v.string(), v.check(isJobsetName, "is not the name of a jobset"));

export const hydraJobset = v.object({
  name: hydraJobsetName,
  description: shortText,
  enabled: v.picklist([0, 1, 2, 3]),
  visible: v.boolean(),
  expressionInput: shortText,
  expressionPath: shortText,
  checkInterval: integer,
  schedulingShares: integer,
  keepEvaluations: integer,
  inputs: dictionary(v.object({ type: shortText, value: shortText, emailResponsible: v.optional(v.boolean()) })),
});
