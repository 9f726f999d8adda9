type CommentStyle = 'c' | 'cpp' | 'shell';

const comments: Readonly<Record<CommentStyle, RegExp>> = {
  c: /\/\*.*?(?:\*\/|$(?![^]))/gs,
  cpp: /\/\*.*?(?:\*\/|$(?![^]))|\/\/[^\n]*/gs,
  shell: /#[^\n]*/g,
};

/** The text with blanks where its comments are: what follows keeps its place. */
export const blankComments = (text: string, style: CommentStyle | undefined): string =>
  style === undefined ? text : text.replace(comments[style], (comment) => comment.replaceAll(/[^\n]/g, ' '));
