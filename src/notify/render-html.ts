/** The HTML part of a message: the same words, a line that is only a link as a button. */
export function renderHtml(text: string): string {
  const paragraphs = text.trim().split(/\n{2,}/);
  const body = paragraphs.map((paragraph) => (/^https?:\/\/\S+$/.test(paragraph) ? button(paragraph) : `<p>${escape(paragraph)}</p>`));
  const style = 'font:16px/1.5 system-ui,sans-serif;color:#1c2733;max-width:34rem;margin:2rem auto;padding:0 1rem';
  return `<!doctype html><html lang="en"><meta charset="utf-8"><body style="${style}">${body.join('')}</body></html>`;
}

function button(link: string): string {
  const href = escape(link);
  const style = 'display:inline-block;padding:.6rem 1.2rem;border-radius:.4rem;background:#0b6e6e;color:#fff;text-decoration:none';
  return `<p><a href="${href}" style="${style}">Open Thimble</a></p><p style="color:#5a6773;font-size:13px">${href}</p>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
