/**
 * Young generation of our threads in MB, half of the engine's own choice: what they compute lies in buffers outside the heap, and a
 * larger one only raises the process's peak.
 */
export const youngHeapMb = 24;
