import { expect, it } from 'vitest';
import { attachment } from './attachment.ts';

it('names a file to save in a header that nothing breaks out of', () => {
  expect(attachment('source.zip')).toBe(`attachment; filename="source.zip"; filename*=UTF-8''source.zip`);
  expect(attachment('a"b\r\nx: y/../ü\ud800.zip')).toBe(
    `attachment; filename="a_b__x__y_..___.zip"; filename*=UTF-8''a%22b%0D%0Ax%3A%20y%2F..%2F%C3%BC%EF%BF%BD.zip`,
  );
  expect(attachment(`'()*`)).toContain(`UTF-8''%27%28%29%2A`);
});
