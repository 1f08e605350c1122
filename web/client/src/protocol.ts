/** What a request goes to. */
export type Input = RequestInfo | URL;

/** What the server's answers carry, as far as it carries it. */
export interface Answer<User> {
  user: User;
  session: { id: string; auth_time?: string; ends_at?: string };
  expires_in: number;
  csrf_token: string;
  access_token: string;
  refresh_token: string;
}

/** The header of answers that carry tokens: how many seconds the access token has left. */
export const expiresIn = 'latchkey-expires-in';

/** The origin that a request goes to. What is no Request has none of its members. */
export const originOf = (input: Input): string =>
  new URL((input as Partial<Request>).url ?? (input as string), location.href).origin;

/** The token in a header of an answer. */
export const bearer = (headers: Headers, name: string): string | undefined =>
  headers.get(name)?.split('Bearer ')[1];
