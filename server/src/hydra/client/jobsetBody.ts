import type { HydraInput, HydraJobset } from "../../protocol.ts";

/** An object as the server has sent it, of which we know only a part. */
export type RawObject = Readonly<Record<string, unknown>>;

/** Fields of a jobset that are its state: they are not written. */
const state: ReadonlySet<string> = new Set([
  "project",
  "triggertime",
  "starttime",
  "lastcheckedtime",
  "errortime",
  "errormsg",
  "fetcherrormsg",
  "haserrormsg",
]);

/**
 * The body of a PUT that creates a jobset or changes the given fields of one. A PUT replaces all of a jobset, so everything else is
 * written as it is, including what we do not know. Hydra tests booleans with Perl's `defined`: false would mean true, so what is false
 * is left out.
 *
 * @param raw the jobset as the server has it; undefined: there is none.
 */
export function jobsetBody(jobset: HydraJobset, raw: RawObject = {}): RawObject {
  const kept = Object.fromEntries(Object.entries(raw).filter(([name]) => !state.has(name)));
  return withoutFalse({
    type: 0,
    ...kept,
    // That of a jobset that was renamed meanwhile: another one would rename it back.
    name: typeof raw.name === "string" ? raw.name : jobset.name,
    description: jobset.description,
    enabled: jobset.enabled,
    visible: jobset.visible,
    nixexprinput: jobset.expressionInput,
    nixexprpath: jobset.expressionPath,
    checkinterval: jobset.checkInterval,
    schedulingshares: jobset.schedulingShares,
    keepnr: jobset.keepEvaluations,
    inputs: inputsBody(jobset.inputs, objectIn(raw.inputs)),
  });
}

function inputsBody(inputs: HydraJobset["inputs"], raw: RawObject): RawObject {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [name, inputBody(name, input, objectIn(ownIn(raw, name)))]),
  );
}

function inputBody(name: string, { type, value, emailResponsible }: HydraInput, raw: RawObject): RawObject {
  return withoutFalse({
    ...raw,
    name,
    type,
    value,
    ...(emailResponsible !== undefined && { emailresponsible: emailResponsible }),
  });
}

function withoutFalse(object: RawObject): RawObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== false));
}

function objectIn(value: unknown): RawObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as RawObject) : {};
}

function ownIn(object: RawObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
