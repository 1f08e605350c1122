/** Latchkey's mark: an arched front door with a keyhole. Decoration; the name stands beside it. */
export function Mark() {
  return (
    <svg className="mark" viewBox="5 2 22 28" aria-hidden="true" focusable="false">
      <path className="mark-door" d="M5 30V13a11 11 0 0 1 22 0v17z" />
      <path
        className="mark-keyhole"
        d="M16 10.5a4 4 0 0 1 2 7.46L19.5 25h-7l1.5-7.04a4 4 0 0 1 2-7.46z"
      />
    </svg>
  );
}
