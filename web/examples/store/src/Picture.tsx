const drawings: Record<string, string> = {
  Sofa: 'M8 26V20a5 5 0 0 1 5-5h38a5 5 0 0 1 5 5v6M4 27a4 4 0 0 1 8 0v7h40v-7a4 4 0 0 1 8 0v12H4zM9 39v5M55 39v5',
  Chair: 'M22 6h20v20H22zM20 30h24v6H20zM22 36v12M42 36v12M22 26v4M42 26v4',
  Table: 'M6 16h52v6H6zM12 22v24M52 22v24',
  Swing: 'M8 46 20 6h24l12 40M26 6v26M38 6v26M22 32h20v4H22z',
};

/** A line drawing of a product. Decoration: its name stands beside it. */
export function Picture({ of }: { of: string }) {
  return (
    <svg viewBox="0 0 64 52" aria-hidden="true" focusable="false">
      <path
        d={drawings[of] ?? 'M12 14h40v32H12zM12 24h40M28 14v10h8V14'}
        fill="none"
        stroke="currentColor"
        strokeWidth="2.5"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  );
}
