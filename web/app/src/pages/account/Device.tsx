import { Time } from '../../components/Time';

/** One signed-in device, as `GET /api/v1/sessions` lists it. */
export interface Session {
  id: string;
  /** The one that asks. */
  current: boolean;
  created_at: string;
  last_seen_at: string;
  address: string;
  /** Browser and system in plain words, such as "Firefox on Linux". */
  device: string;
}

interface DeviceProps {
  session: Session;
  busy: boolean;
  onSignOut: () => void;
}

export function Device({ session, busy, onSignOut }: DeviceProps) {
  const { device, current } = session;
  const id = `device-${session.id}`;
  return (
    <li className={current ? 'device device-current' : 'device'}>
      <Picture handheld={/iphone|ipad|android|mobile/i.test(device)} />
      <div className="device-words">
        <p id={id} className="device-name">
          {device || 'Unknown device'}
          {current && <span className="badge">This device</span>}
        </p>
        <p className="muted">
          {current ? (
            'In use now'
          ) : (
            <>
              Last used <Time at={session.last_seen_at} />
            </>
          )}
          {session.address && <> from {session.address}</>}
        </p>
        <p className="muted">
          Signed in <Time at={session.created_at} />
        </p>
      </div>
      <button
        type="button"
        className="button button-quiet button-small"
        aria-describedby={id}
        aria-disabled={busy}
        onClick={onSignOut}
      >
        {busy ? 'Signing out…' : 'Sign out'}
      </button>
    </li>
  );
}

function Picture({ handheld }: { handheld: boolean }) {
  return (
    <svg className="device-picture" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      {handheld ? (
        <path d="M8 2.75h8A1.25 1.25 0 0 1 17.25 4v16A1.25 1.25 0 0 1 16 21.25H8A1.25 1.25 0 0 1 6.75 20V4A1.25 1.25 0 0 1 8 2.75zM10.5 18.5h3" />
      ) : (
        <path d="M5 4.75h14A1.25 1.25 0 0 1 20.25 6v9.25H3.75V6A1.25 1.25 0 0 1 5 4.75zM2 18.75h20" />
      )}
    </svg>
  );
}
