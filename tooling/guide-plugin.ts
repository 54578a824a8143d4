/** Vite plugin: a Markdown file of `docs/guides` becomes a module whose `guide` is plain data, so that no parser and no HTML reach the browser. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lexer, type Token, type Tokens } from 'marked';
import type { Plugin } from 'vite';
import type { Block, Guide, Inline } from '../web/pages/guides/guide-blocks.ts';

export const guidePlugin: Plugin = {
  name: 'guides',
  transform(source, id) {
    if (!id.endsWith('.md')) return undefined;
    const pictures: string[] = [];
    const guide = parseGuide(source, (path) => {
      const file = join(dirname(id), path);
      // A picture that is not made yet is left out here; `npm run screenshots` is what fails.
      if (!existsSync(file)) return undefined;
      pictures.push(file);
      return `picture:${pictures.length - 1}`;
    });
    const imports = pictures.map((file, index) => `import picture${index} from ${JSON.stringify(file)};`);
    const text = JSON.stringify(guide).replaceAll(/"picture:(\d+)"/g, 'picture$1');
    return { code: `${imports.join('\n')}\nexport const guide = ${text};`, map: null };
  },
};

/** Reads a guide; `findPicture` gives the address of a picture named in it. Throws on what a guide does not use. */
export function parseGuide(markdown: string, findPicture: (path: string) => string | undefined): Guide {
  const [first, ...rest] = lexer(markdown).filter(({ type }) => type !== 'space');
  if (first?.type !== 'heading' || first['depth'] !== 1) throw new Error('A guide begins with its title.');
  const blocks = rest.flatMap((token) => parseBlock(token, findPicture));
  const summary = blocks.find((block) => block.kind === 'paragraph')?.children ?? [];
  return { title: String(first['text']), summary, blocks };
}

function parseBlock(token: Token, findPicture: (path: string) => string | undefined): Block[] {
  switch (token.type) {
    case 'space':
      return [];
    case 'heading':
      return [{ kind: 'heading', depth: Number(token['depth']), id: slug(String(token['text'])), children: parseInline(token.tokens) }];
    case 'text':
    case 'paragraph': {
      const [only] = token.tokens ?? [];
      if (token.tokens?.length === 1 && only?.type === 'image') {
        const source = findPicture(String(only['href']));
        return source === undefined ? [] : [{ kind: 'image', source, alt: String(only['text']) }];
      }
      return [{ kind: 'paragraph', children: parseInline(token.tokens) }];
    }
    case 'code':
      return [{ kind: 'code', text: String(token['text']) }];
    case 'list': {
      const { ordered, items } = token as Tokens.List;
      return [{ kind: 'list', ordered, items: items.map((item) => item.tokens.flatMap((part) => parseBlock(part, findPicture))) }];
    }
    case 'table': {
      const { header, rows } = token as Tokens.Table;
      return [
        {
          kind: 'table',
          head: header.map((cell) => parseInline(cell.tokens)),
          rows: rows.map((row) => row.map((cell) => parseInline(cell.tokens))),
        },
      ];
    }
    default:
      throw new Error(`A guide uses Markdown that is not drawn: ${token.type}.`);
  }
}

function parseInline(tokens: readonly Token[] = []): Inline[] {
  return tokens.map((token): Inline => {
    switch (token.type) {
      case 'text':
      case 'escape':
        return joinLines(String(token['text']));
      case 'strong':
      case 'em':
        return { kind: token.type === 'em' ? 'em' : 'strong', children: parseInline(token.tokens) };
      case 'codespan':
        return { kind: 'code', text: String(token['text']) };
      case 'link':
        return { kind: 'link', href: String(token['href']), children: parseInline(token.tokens) };
      case 'br':
        return ' ';
      default:
        throw new Error(`A guide uses Markdown that is not drawn: ${token.type}.`);
    }
  });
}

/** Line breaks inside a paragraph are spaces. */
function joinLines(text: string): string {
  return text.replaceAll('\n', ' ');
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-');
}
