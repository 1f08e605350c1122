import { act, cleanup, render, screen } from '@testing-library/react';
import { createMemoryRouter, MemoryRouter, Route, RouterProvider, Routes } from 'react-router';
import { useLocation } from 'react-router';
import type { RouteObject } from 'react-router';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AuthProvider } from '../src/react.js';
import {
  ProtectedRoute,
  requireAuth,
  SignInRoute,
  useReturnTo,
  withReturnTo,
} from '../src/react-router.js';
import type { GuardOptions, ProtectedRouteProps } from '../src/react-router.js';
import { createTestClient } from '../src/testing.js';
import type { TestClient, TestClientOptions } from '../src/testing.js';
import { ada } from './server.js';
import type { User } from './server.js';

beforeEach(() => {
  vi.useRealTimers();
});
afterEach(cleanup);

const client = (options: TestClientOptions<User> = {}) => createTestClient<User>(options);
const text = () => document.body.textContent;

function Here() {
  const { pathname, search, hash } = useLocation();
  return pathname + search + hash;
}

describe('requireAuth', () => {
  /** Where a guarded navigation to the page ends. */
  async function ends(auth: TestClient<User>, path = '/private?a=1#b', options?: GuardOptions) {
    const { pathname, search, hash } = new URL(path, 'https://app.example.com');
    const guarded: RouteObject = { path: '/private', element: <Here /> };
    const router = createMemoryRouter(
      [
        { ...guarded, loader: requireAuth(auth, options) },
        { path: '*', element: <Here /> },
      ],
      { initialEntries: [{ pathname, search, hash }] },
    );
    await vi.waitFor(() => expect(router.state.initialized).toBe(true));
    const { location } = router.state;
    router.dispose();
    return location.pathname + location.search;
  }

  it('lets signed-in people through', async () => {
    expect(await ends(client({ user: ada }))).toBe('/private?a=1');
  });

  it('sends everybody else to sign in, and back', async () => {
    expect(await ends(client())).toBe('/sign-in?next=%2Fprivate%3Fa%3D1');
    expect(await ends(client(), '/private', { signIn: '/login?x=1' })).toBe(
      '/login?x=1&next=%2Fprivate',
    );
  });

  it.each(['expired', 'idle'] as const)(
    'has a page for %s of its own, if wanted',
    async (status) => {
      const auth = client({ user: ada, status });
      expect(await ends(auth, '/private')).toBe('/sign-in?next=%2Fprivate');
      expect(await ends(auth, '/private', { expired: '/ended' })).toBe('/ended?next=%2Fprivate');
    },
  );

  it('asks for the password when that is too long ago', async () => {
    const auth = client({ user: ada, age: '11m' });
    const options: GuardOptions = { fresh: '10m', reauthenticate: '/confirm' };
    expect(await ends(auth, '/private', options)).toBe('/confirm?next=%2Fprivate');
    await auth.reauthenticate('x');
    expect(await ends(auth, '/private', options)).toBe('/private');
  });

  it('waits while it is not known who is signed in', async () => {
    const auth = client({ user: ada, status: 'loading' });
    const arrived = vi.fn();
    const ending = ends(auth).then(arrived);
    await new Promise((later) => setTimeout(later));
    expect(arrived).not.toHaveBeenCalled();
    auth.setStatus('authenticated');
    await ending;
    expect(arrived).toHaveBeenCalledWith('/private?a=1');
  });

  it('stops waiting when the navigation is given up', async () => {
    const auth = client({ status: 'loading' });
    const given = new AbortController();
    const guard = requireAuth(auth);
    const { signal } = given;
    const waiting = guard({ request: new Request('https://app.example.com/a', { signal }) });
    given.abort(new Error('gone elsewhere'));
    await expect(waiting).rejects.toThrow('gone elsewhere');
  });

  it('works as middleware', async () => {
    const router = createMemoryRouter(
      [
        {
          middleware: [requireAuth(client())],
          path: '/private',
          loader: () => null,
          HydrateFallback: () => null,
          element: <Here />,
        },
        { path: '*', element: <Here /> },
      ],
      { initialEntries: ['/private'] },
    );
    render(<RouterProvider router={router} />);
    await vi.waitFor(() => expect(text()).toBe('/sign-in?next=%2Fprivate'));
  });
});

describe('ProtectedRoute', () => {
  function show(auth: TestClient<User>, props: ProtectedRouteProps = {}, at = '/private?a=1#b') {
    render(
      <AuthProvider client={auth}>
        <MemoryRouter initialEntries={[at]}>
          <Routes>
            <Route element={<ProtectedRoute {...props} />}>
              <Route path="/private" element="secret" />
            </Route>
            <Route element={<SignInRoute />}>
              <Route path="/sign-in" element={<Here />} />
            </Route>
            <Route path="*" element={<Here />} />
          </Routes>
        </MemoryRouter>
      </AuthProvider>,
    );
  }

  it('shows neither the page nor the sign-in page while loading', () => {
    const auth = client({ user: ada, status: 'loading' });
    show(auth, { loading: 'one moment' });
    expect(text()).toBe('one moment');
    act(() => auth.setStatus('authenticated'));
    expect(text()).toBe('secret');
  });

  it('goes to the sign-in page and from there back', () => {
    const auth = client({ user: ada, status: 'anonymous' });
    show(auth);
    expect(text()).toBe('/sign-in?next=%2Fprivate%3Fa%3D1%23b');
    act(() => auth.setStatus('authenticated'));
    expect(text()).toBe('secret');
  });

  it.each(['expired', 'idle'] as const)('goes to another page when %s', (status) => {
    show(client({ user: ada, status }), { expired: '/session-timeout' }, '/private');
    expect(text()).toBe('/session-timeout?next=%2Fprivate');
  });

  it('leaves a page after a sign-out without asking to come back', () => {
    const auth = client({ user: ada });
    show(auth, { signedOut: '/bye' });
    act(() => auth.setStatus('anonymous'));
    expect(text()).toBe('/bye');
  });

  it('asks for the password when that is too long ago', () => {
    const auth = client({ user: ada, age: '11m' });
    show(auth, { fresh: '10m', reauthenticate: '/confirm' }, '/private');
    expect(text()).toBe('/confirm?next=%2Fprivate');
  });
});

describe('SignInRoute', () => {
  it.each([
    ['/sign-in', '/home'],
    ['/sign-in?next=%2Fa%3Fb', '/a?b'],
    ['/sign-in?next=https%3A%2F%2Fevil.example', '/home'],
    ['/sign-in?next=%2F%5Cevil.example', '/home'],
    ['/sign-in?next=%2F%2Fevil.example', '/home'],
    ['/sign-in?next=javascript%3Aalert(1)', '/home'],
  ])('sends who is signed in from %s to %s', (at, to) => {
    render(
      <AuthProvider client={client({ user: ada })}>
        <MemoryRouter initialEntries={[at]}>
          <Routes>
            <Route element={<SignInRoute home="/home" />}>
              <Route path="/sign-in" element="form" />
            </Route>
            <Route path="*" element={<Here />} />
          </Routes>
        </MemoryRouter>
      </AuthProvider>,
    );
    expect(text()).toBe(to);
  });

  it('shows nothing while it is not known, so that no form flashes up', () => {
    const auth = client({ status: 'loading' });
    render(
      <AuthProvider client={auth}>
        <MemoryRouter>
          <Routes>
            <Route element={<SignInRoute />}>
              <Route path="*" element="form" />
            </Route>
          </Routes>
        </MemoryRouter>
      </AuthProvider>,
    );
    expect(text()).toBe('');
    act(() => auth.setStatus('anonymous'));
    expect(text()).toBe('form');
  });
});

it('useReturnTo takes local paths only', () => {
  const Back = () => <p>{useReturnTo('/start')}</p>;
  render(
    <MemoryRouter initialEntries={['/x?next=//evil.example']}>
      <Back />
    </MemoryRouter>,
  );
  expect(screen.getByText('/start')).toBeDefined();
});

it('withReturnTo names the page, unless it is the home page', () => {
  const from = (pathname: string) => ({ pathname, search: '', hash: '' });
  expect(withReturnTo('/sign-in', from('/'))).toBe('/sign-in');
  expect(withReturnTo('/sign-in', from('/a b'))).toBe('/sign-in?next=%2Fa%2520b');
});
