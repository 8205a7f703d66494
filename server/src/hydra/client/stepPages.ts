import type { Outcome } from "../../outcome.ts";
import { stepAnswer } from "./answers.ts";
import { errorIn, isRedirect, type Transport } from "./transport.ts";

/** The derivations of at most this many steps are remembered. */
const maxNames = 5000;

/**
 * Steps by their numbers. Servers from April 2026 on have a page for each, `/build/ID/step/N`; older ones lead from its log,
 * `/build/ID/nixlog/N/raw`, to that of its derivation.
 */
export class StepPages {
  readonly #transport: Transport;
  /** `BUILD/STEP` -> the name of its derivation. */
  readonly #names = new Map<string, string>();
  /** Undefined: not known yet. */
  #hasPages: boolean | undefined;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async has(build: number, nr: number, signal?: AbortSignal): Promise<Outcome<boolean>> {
    if (this.#names.has(`${build}/${nr}`)) return { value: true };
    const name = await this.derivationOf(build, nr, signal);
    return "problem" in name ? name : { value: name.value !== undefined };
  }

  /** The name of the derivation of a step, `HASH-NAME.drv`. Undefined: there is no such step. */
  async derivationOf(build: number, nr: number, signal?: AbortSignal): Promise<Outcome<string | undefined>> {
    const key = `${build}/${nr}`;
    const known = this.#names.get(key);
    if (known !== undefined) return { value: known };
    const found =
      this.#hasPages === false ? await this.#fromLog(build, nr, signal) : await this.#ask(build, nr, signal);
    if ("problem" in found || found.value === undefined) return found;
    if (this.#names.size >= maxNames) this.#names.clear();
    this.#names.set(key, found.value);
    return found;
  }

  async #ask(build: number, nr: number, signal?: AbortSignal): Promise<Outcome<string | undefined>> {
    const sent = await this.#transport.send({ method: "GET", path: `/build/${build}/step/${nr}`, signal });
    if ("problem" in sent) return sent;
    if (sent.value.status === 404) {
      // The page of a step is missing, or pages of steps are.
      const said = errorIn(sent.value) ?? "";
      if (this.#hasPages === true || /build step/.test(said)) return { value: undefined };
      if (/Page not found/.test(said)) this.#hasPages = false;
      return this.#fromLog(build, nr, signal);
    }
    this.#hasPages = true;
    const step = this.#transport.parse(stepAnswer, sent.value);
    return "problem" in step ? step : { value: step.value.drvpath?.split("/").at(-1) };
  }

  async #fromLog(build: number, nr: number, signal?: AbortSignal): Promise<Outcome<string | undefined>> {
    const sent = await this.#transport.send({ method: "GET", path: `/build/${build}/nixlog/${nr}/raw`, signal });
    if ("problem" in sent) return sent;
    const location = isRedirect(sent.value) ? (sent.value.headers.location ?? "") : "";
    // The server has been upgraded.
    if (/\/step\/\d+\/log\b/.test(location)) this.#hasPages = undefined;
    return { value: /\/log\/([0-9a-z]{32}-[\w.+?=%-]+\.drv)(?:[?#]|$)/.exec(location)?.[1] };
  }
}
