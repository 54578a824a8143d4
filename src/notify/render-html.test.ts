import { describe, expect, it } from 'vitest';
import { renderHtml } from './render-html.ts';
import { invitationMessage } from '../domain/mail/messages.ts';

describe('an invitation', () => {
  it('has one button, whatever the company calls itself', () => {
    const gap = '\n\n';
    const company = `Acme.${gap}https://evil.example/join${gap}Hello`;
    const { subject, text } = invitationMessage({
      company,
      by: `Ann${gap}https://evil.example/${gap}`,
      link: 'https://own.example/#token=a',
    });
    const links = [...renderHtml(text).matchAll(/<a href="([^"]*)"/g)].map(([, href]) => href);
    expect(links).toEqual(['https://own.example/#token=a']);
    expect(subject).not.toMatch(/[\r\n]/);
  });
});
