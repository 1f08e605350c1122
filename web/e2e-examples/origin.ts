import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A site of its own, on localhost, with a single page that does nothing by itself. With a back end
 * it is a development server as front ends of the tutorials have it: what does not ask for HTML is
 * handed on.
 */
export async function startSite(
  backend?: string,
): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer((asked, answer) => {
    if (backend && !asked.headers.accept?.includes('text/html')) {
      handOn(backend, asked, answer);
      return;
    }
    answer.setHeader('Content-Type', 'text/html');
    answer.end(
      '<!doctype html><html lang="en"><title>Front end</title><link rel="icon" href="data:,">',
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${String(port)}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Hands a request on as create-react-app does: under the name, and from the origin, of the back end. */
function handOn(backend: string, asked: IncomingMessage, answer: ServerResponse): void {
  const { host, hostname, port } = new URL(backend);
  const headers = { ...asked.headers, host };
  if (headers.origin) headers.origin = backend;
  const { method, url: path } = asked;
  const onward = request({ hostname, port, path, method, headers }, (received) => {
    answer.writeHead(received.statusCode ?? 502, received.headers);
    received.pipe(answer);
  });
  asked.pipe(onward);
}
