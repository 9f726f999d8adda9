/**
 * Content-Disposition after RFC 6266: a browser saves the bytes and never shows them. Both forms of the name, the plain one for old readers.
 */
export const attachment = (filename: string): string => {
  const plain = filename.replaceAll(/[^\w.-]/g, '_').slice(0, 200) || 'download';
  const encoded = encodeURIComponent(filename.toWellFormed().slice(0, 255).toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
};
