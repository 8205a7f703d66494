/**
 * The builds whose derivations the server publishes: running ones whose row is expanded in a visible view.
 * Independent of VS Code; `send` notifies the server.
 */
export class Watching {
  readonly #send: (id: string, on: boolean) => void;
  readonly #isRunning: (id: string) => boolean;
  readonly #open = new Set<string>();
  readonly #watched = new Set<string>();
  #visible = false;

  constructor(isRunning: (id: string) => boolean, send: (id: string, on: boolean) => void) {
    this.#isRunning = isRunning;
    this.#send = send;
  }

  /** The builds whose rows are expanded. */
  get open(): readonly string[] {
    return [...this.#open];
  }

  setOpen(id: string, open: boolean): void {
    if (open) this.#open.add(id);
    else this.#open.delete(id);
    this.update();
  }

  setVisible(visible: boolean): void {
    this.#visible = visible;
    this.update();
  }

  /** A new server does not know the watched builds. */
  forget(): void {
    this.#watched.clear();
    this.update();
  }

  /** Notifies the server of changes. */
  update(): void {
    const wanted = new Set(this.#visible ? this.open.filter(this.#isRunning) : []);
    for (const id of this.#watched) if (!wanted.has(id)) this.#watch(id, false);
    for (const id of wanted) if (!this.#watched.has(id)) this.#watch(id, true);
  }

  #watch(id: string, on: boolean): void {
    if (on) this.#watched.add(id);
    else this.#watched.delete(id);
    this.#send(id, on);
  }
}
