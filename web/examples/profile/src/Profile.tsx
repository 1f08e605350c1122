import { useState } from 'react';
import { errorOf } from '@latchkey-go/client';
import { Notice } from '../../../ui/Notice';
import { Page } from '../../shared/Page';
import { problemOf } from '../../shared/problem';
import { auth } from './auth';

interface Details {
  name: string;
  about: string;
}

export function Profile() {
  const [details, setDetails] = useState<Details>();
  const [problem, setProblem] = useState('');

  async function get() {
    setProblem('');
    try {
      const response = await auth.fetch('/profile');
      if (!response.ok) throw await errorOf(response);
      setDetails((await response.json()) as Details);
    } catch (error) {
      setProblem(problemOf(error).message);
    }
  }

  return (
    <Page heading="Your profile">
      <div className="ask">
        <p>To get your profile details:</p>
        <button type="button" className="button" onClick={() => void get()}>
          Click me
        </button>
      </div>
      {problem && (
        <Notice kind="problem">
          <p>{problem}</p>
        </Notice>
      )}
      <div role="status">
        {details && (
          <div className="card facts">
            <p>Profile name: {details.name}</p>
            <p>About me: {details.about}</p>
          </div>
        )}
      </div>
    </Page>
  );
}
