/** The tokens of headers mode. */
export interface Tokens {
  access: string;
  /** Absent when the server gives none. */
  refresh?: string | undefined;
}

/** Keeps the tokens of headers mode. */
export interface TokenStorage {
  get(): Tokens | null;
  /** Replaces the tokens; null forgets them. */
  set(tokens: Tokens | null): void;
  /** True if other tabs see the same tokens. */
  readonly shared?: boolean;
}

/**
 * Where headers mode keeps its tokens:
 * - `memory` (default): gone after a reload, and what a script injected into the page finds
 *   hardest to copy.
 * - `session`: the access token survives a reload. The refresh token stays in memory, because
 *   "Duplicate tab" copies sessionStorage and two tabs would then use one refresh token.
 * - `local`: both survive and are shared by all tabs.
 */
export type StorageKind = 'memory' | 'session' | 'local';

const key = 'latchkey';

/** Returns the storage of that kind, or the caller's own unchanged. */
export function tokenStorage(kind: StorageKind | TokenStorage): TokenStorage {
  if (typeof kind === 'object') return kind;
  let memory: Tokens | null = null;
  const shared = kind === 'local';
  const area = () => (shared ? localStorage : sessionStorage);
  return {
    shared,
    get() {
      const text = kind !== 'memory' && attempt(() => area().getItem(key));
      if (text) memory = { ...memory, ...(JSON.parse(text) as Tokens) };
      else if (text === null) memory = null; // another tab forgot them
      return memory;
    },
    set(tokens) {
      memory = tokens;
      if (kind === 'memory') return;
      attempt(() => {
        if (!tokens) area().removeItem(key);
        else area().setItem(key, JSON.stringify(shared ? tokens : { access: tokens.access }));
      });
    },
  };
}

/** Does something with storage that may be switched off or full; undefined if it was. */
export function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
