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

/** The names under which a storage keeps the tokens, each bare. */
export interface TokenKeys {
  access: string;
  /** Leave it out where the server gives no refresh token. */
  refresh?: string;
}

/**
 * Returns a storage of that kind. `keys` are for pages that share their tokens with other scripts;
 * the defaults are `latchkey.access` and `latchkey.refresh`. Where the browser refuses storage,
 * the tokens stay in memory.
 */
export function tokenStorage(
  kind: StorageKind,
  keys: TokenKeys = { access: 'latchkey.access', refresh: 'latchkey.refresh' },
): TokenStorage {
  let memory: Tokens | null = null;
  const shared = kind === 'local';
  const accessPlace = place(kind, keys.access);
  const refreshPlace = shared && keys.refresh ? place(kind, keys.refresh) : undefined;
  return {
    shared,
    get() {
      const access = accessPlace.get();
      const refresh = refreshPlace ? (refreshPlace.get() ?? undefined) : memory?.refresh;
      if (access) memory = { access, refresh };
      else if (access === null) memory = null; // another tab forgot them
      return memory;
    },
    set(tokens) {
      memory = tokens;
      accessPlace.set(tokens?.access);
      refreshPlace?.set(tokens?.refresh);
    },
  };
}

/** A place for one text in localStorage or sessionStorage. Where these refuse, nothing is kept. */
export function place(kind: StorageKind, key: string) {
  // There is no memoryStorage, so nothing is kept there either.
  const area = () => (globalThis as unknown as Record<string, Storage>)[kind + 'Storage']!;
  return {
    /** Null if there is no text, undefined if there is no place. */
    get: () => attempt(() => area().getItem(key)),
    set: (text = '') => attempt(() => (text ? area().setItem(key, text) : area().removeItem(key))),
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
