export { createAuthClient } from './client.js';
export { AuthError, errorOf } from './errors.js';
export type { FieldError } from './errors.js';
export { localPath } from './local-path.js';
export { tokenStorage } from './tokens.js';
export type { Duration } from './duration.js';
export type { StorageKind, TokenKeys, Tokens, TokenStorage } from './tokens.js';
export type {
  AuthClient,
  AuthEvent,
  ClientOptions,
  Credentials,
  Endpoint,
  EventDetail,
  SessionInfo,
  Snapshot,
  Status,
} from './types.js';
