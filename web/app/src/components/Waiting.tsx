/** Shown while something loads. It fades in late, so that quick answers do not flicker. */
export function Waiting({ what }: { what: string }) {
  return (
    <div className="waiting" role="status">
      <span className="waiting-dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span>{what}…</span>
    </div>
  );
}
