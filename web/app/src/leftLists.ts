/** A long list as it was when somebody left the page. */
interface LeftList {
  items: readonly unknown[];
  next: string;
  /** How far down the page was. */
  scroll: number;
}

/**
 * Lists that had grown, by the entry of the browser's history, so that going back leads to the same
 * place. Forgotten with every change that is made and when it may be somebody else who looks.
 */
export const leftLists = new Map<string, LeftList>();
