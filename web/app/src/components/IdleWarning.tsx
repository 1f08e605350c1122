import { useIdleTimeout } from '@latchkey-go/client/react';
import { Modal } from './Modal';

/** Warns before the page signs out for want of activity. */
export function IdleWarning() {
  const { warning, secondsLeft, stay } = useIdleTimeout();
  if (!warning) return null;
  return (
    <Modal role="alertdialog" labelledBy="idle-title" describedBy="idle-text" onCancel={stay}>
      <h2 id="idle-title">Are you still there?</h2>
      <p id="idle-text">To keep your account safe, you will be signed out soon.</p>
      {/* Not read out every second: the sentence above was. */}
      <p className="countdown" aria-hidden="true">
        {secondsLeft} {secondsLeft === 1 ? 'second' : 'seconds'} left
      </p>
      <div className="actions">
        <button type="button" className="button" onClick={stay}>
          Stay signed in
        </button>
      </div>
    </Modal>
  );
}
