import type { Duplex } from 'node:stream';
import type { Client } from 'pg';
import { createMessageReader } from './server-messages.ts';
import type { MessageRules } from './server-messages.ts';

type DataListener = (chunk: Buffer) => void;

/** What pg asks of the stream that it parses. */
interface Source {
  on(event: string, listener: (chunk: Buffer) => void): unknown;
}

/** The part of pg's connection that the guard takes hold of, after TLS and before the parser. */
interface Parsing {
  attachListeners(stream: Source): void;
}

/**
 * Lets only well-formed messages through to pg's parser, which trusts its server: others, and whatever the parser throws, destroy the
 * connection. Call it before `connect`.
 */
export function guardMessages(client: Client, rules: MessageRules): void {
  const connection = client.connection as unknown as Parsing;
  const attach = connection.attachListeners.bind(connection);
  connection.attachListeners = (stream) => attach(guarded(stream as Duplex, rules));
}

function guarded(stream: Duplex, rules: MessageRules): Source {
  return {
    on: (event, listener) => stream.on(event, event === 'data' ? guardedListener(stream, rules, listener) : listener),
  };
}

function guardedListener(stream: Duplex, rules: MessageRules, parse: DataListener): DataListener {
  const reader = createMessageReader(rules);
  return (chunk) => {
    if (stream.destroyed) return;
    try {
      const messages = reader.take(chunk);
      if (messages.length > 0) parse(messages);
    } catch (error) {
      stream.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  };
}
