import { describeBuffer } from '../../../tests/support/buffer-conformance.ts';
import { createEmbeddedBuffer } from './embedded-buffer.ts';

const mebibyte = 1024 * 1024;

describeBuffer('the embedded buffer', (options) => createEmbeddedBuffer({ maxBytes: 64 * mebibyte, ...options }));

describeBuffer('the embedded buffer with tiny segment files', (options) =>
  createEmbeddedBuffer({ maxBytes: 64 * mebibyte, segmentBytes: 128 * 1024, ...options }),
);
