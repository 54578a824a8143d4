import type { LogicalType } from '../sinks/sink.ts';

/**
 * The narrowest type that holds values of all given types without loss: bigint and number become number, any other mixture becomes string.
 * Which it is depends on the types alone, neither on values nor on their order, so that windows of any size agree.
 */
export function widenTypes(types: readonly LogicalType[]): LogicalType {
  const [first, ...others] = new Set(types);
  if (first === undefined) throw new RangeError('There is no type to widen.');
  if (others.length === 0) return first;
  const exact = [first, ...others].every((type) => type === 'bigint' || type === 'number');
  return exact ? 'number' : 'string';
}
