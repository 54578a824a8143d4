/** A one-line bar on a terminal; silent elsewhere. */
export interface ProgressBar {
  show(done: number, total: number, label: string): void;
  end(): void;
}

export function createProgressBar(stream: NodeJS.WriteStream, width = 30): ProgressBar {
  if (!stream.isTTY) return { show() {}, end() {} };
  return {
    show(done, total, label) {
      const share = total === 0 ? 1 : Math.min(1, done / total);
      const filled = Math.round(share * width);
      stream.write(
        `\r[${'#'.repeat(filled)}${' '.repeat(width - filled)}] ${String(Math.floor(share * 100)).padStart(3)} %  ${label}\u001b[K`,
      );
    },
    end() {
      stream.write('\n');
    },
  };
}
