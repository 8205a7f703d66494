import type { EvaluatedSystem } from "./network/evaluated.ts";
import type { Evaluation } from "./protocol.ts";

/** The systems that evaluations of this session have told, each with the text of the network that it was told of. */
export class EvaluatedSystems {
  readonly #systems = new Map<string, { readonly system: string; readonly text: string | undefined }>();

  /** @param text the network's text, where an editor has it. */
  remember(uri: string, evaluation: Evaluation, text: string | undefined): void {
    this.#systems.set(keyOf(uri, evaluation.machine), { system: evaluation.system, text });
  }

  get(uri: string, machine: string, text: string | undefined): EvaluatedSystem | undefined {
    const known = this.#systems.get(keyOf(uri, machine));
    return known === undefined ? undefined : { system: known.system, stale: text !== known.text };
  }
}

function keyOf(uri: string, machine: string): string {
  return JSON.stringify([uri, machine]);
}
