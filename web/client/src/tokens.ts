/** The tokens of headers mode. */
export interface Tokens {
  access: string;
  /** Absent when the server gives none. */
  refresh?: string | undefined;
}

/** Keeps the tokens of headers mode. Both methods must be synchronous. */
export interface TokenStorage {
  get(): Tokens | null;
  /** Replaces the tokens; null forgets them. */
  set(tokens: Tokens | null): void;
  /** True if other tabs see the same tokens. */
  readonly shared?: boolean;
}

/**
 * Where headers mode keeps its tokens:
 * - `memory` (default): gone after a reload, and what a script injected into the page finds hardest to copy.
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
  const area = () =>
    kind === 'memory' ? undefined : kind === 'local' ? globalThis.localStorage : globalThis.sessionStorage;
  return {
    shared: kind === 'local',
    get() {
      try {
        const stored = JSON.parse(area()?.getItem(key) ?? 'null') as Tokens | null;
        return stored ? { refresh: memory?.refresh, ...stored } : kind === 'local' ? null : memory;
      } catch {
        return memory; // storage switched off, or not ours
      }
    },
    set(tokens) {
      memory = tokens;
      try {
        if (!tokens) area()?.removeItem(key);
        else area()?.setItem(key, JSON.stringify(kind === 'session' ? { access: tokens.access } : tokens));
      } catch {
        // Storage switched off or full: the tokens live in memory, until the page is left.
      }
    },
  };
}
