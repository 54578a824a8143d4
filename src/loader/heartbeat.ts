/** Beats until one goes unanswered for too long. */
export interface Heartbeat {
  answered(): void;
  stop(): void;
}

/** The time is counted in beats: after a sleep of the machine, which is one late beat, the other side has its time as well. */
const beatsToSilence = 10;

/** Calls `beat` again and again, the next time only after an answer; calls `onSilent` once when there was none for `limitMs`. */
export function createHeartbeat(options: { limitMs: number; beat: () => void; onSilent: () => void }): Heartbeat {
  let unanswered = 0;
  const timer = setInterval(() => {
    if (unanswered === 0) options.beat();
    unanswered += 1;
    if (unanswered <= beatsToSilence) return;
    clearInterval(timer);
    options.onSilent();
  }, options.limitMs / beatsToSilence).unref();
  return { answered: () => void (unanswered = 0), stop: () => clearInterval(timer) };
}
