import { useEffect } from 'react';
import { Link } from 'react-router';
import { Page } from '../../../shared/Page';
import { forget } from '../asked';

export function Home() {
  useEffect(forget, []); // who comes here no longer wants the page asked for
  return (
    <Page heading="You are at the Home Page!!">
      <p className="lede">
        Everybody sees this page and <Link to="/products">our products</Link>. For{' '}
        <Link to="/about">About</Link> and <Link to="/contact">Contact</Link> you sign in first.
      </p>
    </Page>
  );
}

export function Products() {
  useEffect(forget, []);
  return (
    <Page title="Products" heading="Below are the products that we offer.">
      <ul className="products">
        {['Sofas', 'Chairs', 'Tables', 'Swings'].map((name) => (
          <li key={name} className="card">
            {name}
          </li>
        ))}
      </ul>
    </Page>
  );
}

export function About() {
  return (
    <Page title="About" heading="You are at About Page!!">
      <p className="lede">The server has just checked that you may see this page.</p>
    </Page>
  );
}

export function Contact() {
  return (
    <Page title="Contact" heading="You are at Contact Page!!">
      <p className="lede">The server has just checked that you may see this page.</p>
    </Page>
  );
}

export function NotFound() {
  return (
    <Page title="Not found" heading="There is no such page">
      <p>
        <Link to="/">Go to the start</Link>
      </p>
    </Page>
  );
}
