import type { Sink } from '../command/launch.js';
import type { Agent } from './protocol.js';
import { PLACES } from './start-script.js';

/** The files that a command writes to, read as they grow. */
export class Output {
  #handles: { readonly out: number; readonly err: number } | undefined;

  constructor(
    private readonly agent: Agent,
    private readonly name: string,
  ) {}

  /** Opens the files; false while they are not there. */
  async open(): Promise<boolean> {
    for (const place of PLACES) {
      const out = await this.agent.open(`${place}/${this.name}/out`, 'r');
      if (out === null) continue;
      const err = await this.agent.open(`${place}/${this.name}/err`, 'r');
      if (err === null) continue;
      this.#handles = { out, err };
      return true;
    }
    return false;
  }

  /** Hands on what has come since the last time; true when there was any. Stops early once `enough` says so. */
  async pass(sink: Sink, enough: () => boolean): Promise<boolean> {
    if (this.#handles === undefined) return false;
    const { out, err } = this.#handles;
    const passed = [
      await this.#drain(out, enough, (chunk) => {
        sink.stdout(chunk);
      }),
      await this.#drain(err, enough, (chunk) => {
        sink.stderr(chunk);
      }),
    ];
    return passed.includes(true);
  }

  /** Gives the handles back: an agent has only so many. */
  async close(): Promise<void> {
    const handles = this.#handles;
    this.#handles = undefined;
    if (handles === undefined) return;
    await this.agent.closeFile(handles.out);
    await this.agent.closeFile(handles.err);
  }

  async #drain(handle: number, enough: () => boolean, push: (chunk: Buffer) => void): Promise<boolean> {
    let any = false;
    while (!enough()) {
      const { bytes, eof } = await this.agent.read(handle);
      if (bytes.length > 0) push(bytes);
      any ||= bytes.length > 0;
      if (eof || bytes.length === 0) break;
    }
    return any;
  }
}
