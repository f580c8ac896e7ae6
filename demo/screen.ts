/** Something to look at while it changes. */
export interface Picture {
  readonly lines: readonly string[];
  /** The same in one line, for where lines cannot be drawn over. */
  readonly brief: string;
}

/** Where the demo shows what it does; after it is disposed of, nothing is shown any more. */
export interface Screen extends Disposable {
  /** Prints a line that stays. */
  print(line: string): void;
  /** Shows a picture in place of the one before. */
  show(picture: Picture): void;
  /** Takes the picture away. */
  clear(): void;
}

/** Writes text to the screen. */
export type Write = (text: string) => void;

const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
/** Lines that are too long are cut off, so that every line is one row. */
const CUT_LINES = "\x1b[?7l";
const WRAP_LINES = "\x1b[?7h";
const CLEAR_LINE = "\x1b[K";
const CLEAR_BELOW = "\x1b[J";

/** Draws pictures in place. */
export class TerminalScreen implements Screen {
  #write: Write;
  #picture: readonly string[] = [];

  constructor(write: Write) {
    this.#write = write;
    write(HIDE_CURSOR);
  }

  print(line: string): void {
    this.#write(`${this.#toTop()}${line}${CLEAR_LINE}\n${this.#drawn()}`);
  }

  show({ lines }: Picture): void {
    const top = this.#toTop();
    this.#picture = lines;
    this.#write(`${top}${this.#drawn()}`);
  }

  clear(): void {
    this.#write(`${this.#toTop()}${CLEAR_BELOW}`);
    this.#picture = [];
  }

  [Symbol.dispose](): void {
    this.clear();
    this.#write(SHOW_CURSOR);
    this.#write = () => {};
  }

  #toTop(): string {
    return this.#picture.length === 0 ? "" : `\x1b[${this.#picture.length}F`;
  }

  #drawn(): string {
    const lines = this.#picture.map((line) => `${line}${CLEAR_LINE}\n`).join("");
    return `${CUT_LINES}${lines}${WRAP_LINES}${CLEAR_BELOW}`;
  }
}

const BRIEF_INTERVAL_MS = 3_000;

/** Prints a line now and then. */
export class PlainScreen implements Screen {
  #write: Write;
  readonly #now: () => number;
  #shown = -Infinity;

  constructor(write: Write, now: () => number = () => performance.now()) {
    this.#write = write;
    this.#now = now;
  }

  print(line: string): void {
    this.#write(`${line}\n`);
  }

  show({ brief }: Picture): void {
    const now = this.#now();
    if (now - this.#shown < BRIEF_INTERVAL_MS) return;
    this.#shown = now;
    this.#write(`${brief}\n`);
  }

  clear(): void {}

  [Symbol.dispose](): void {
    this.#write = () => {};
  }
}
