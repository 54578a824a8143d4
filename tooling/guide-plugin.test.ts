import { describe, expect, it } from 'vitest';
import { parseGuide } from './guide-plugin.ts';

describe('parseGuide', () => {
  it('makes plain data of headings, lists, code, links and pictures', () => {
    const markdown =
      '# A title\n\nSee [keys](managing-api-keys.md)\nand `x`.\n\n1. **Save**\n\n![The form](images/form.png)\n\n```sh\ncurl\n```\n';
    expect(parseGuide(markdown, (path) => `/built/${path}`)).toEqual({
      title: 'A title',
      summary: ['See ', { kind: 'link', href: 'managing-api-keys.md', children: ['keys'] }, ' and ', { kind: 'code', text: 'x' }, '.'],
      blocks: [
        {
          kind: 'paragraph',
          children: ['See ', { kind: 'link', href: 'managing-api-keys.md', children: ['keys'] }, ' and ', { kind: 'code', text: 'x' }, '.'],
        },
        { kind: 'list', ordered: true, items: [[{ kind: 'paragraph', children: [{ kind: 'strong', children: ['Save'] }] }]] },
        { kind: 'image', source: '/built/images/form.png', alt: 'The form' },
        { kind: 'code', text: 'curl' },
      ],
    });
  });

  it('leaves out a picture that is not there', () => {
    expect(parseGuide('# A\n\n![x](y.png)\n', () => undefined).blocks).toEqual([]);
  });

  it('refuses HTML', () => {
    expect(() => parseGuide('# A\n\n<script>alert(1)</script>\n', () => undefined)).toThrow('not drawn: html');
  });
});
