import type { Recorder } from '../../plan/index.js';

/** A recorder whose file is closed when its run has ended. */
export interface JournalRecorder extends Recorder, Disposable {}
