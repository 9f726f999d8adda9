import DOMPurify from 'dompurify';
import { createElement } from 'react';

const STYLE = 'body { margin: 0 }';

export const article = (comment, data, safeHtml) => [
  // ruleid: javascript-react-dangerous-html
  <p dangerouslySetInnerHTML={{ __html: comment.body }} />,
  // ruleid: javascript-react-dangerous-html
  <p className="title" dangerouslySetInnerHTML={{ __html: `<b>${comment.title}</b>` }}></p>,
  // ruleid: javascript-react-dangerous-html
  createElement('footer', { dangerouslySetInnerHTML: { __html: comment.footer } }),
  // ok: javascript-react-dangerous-html
  <p>{comment.body}</p>,
  // ok: javascript-react-dangerous-html
  <style dangerouslySetInnerHTML={{ __html: STYLE }} />,
  // ok: javascript-react-dangerous-html
  <p dangerouslySetInnerHTML={{ __html: DOMPurify.sanitize(comment.body) }} />,
  // ok: javascript-react-dangerous-html
  <p dangerouslySetInnerHTML={{ __html: safeHtml }} />,
  // ok: javascript-react-dangerous-html
  <script type="application/json" dangerouslySetInnerHTML={{ __html: JSON.stringify(data) }} />,
];
