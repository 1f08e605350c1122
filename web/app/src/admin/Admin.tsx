import { Navigate, NavLink, Route, Routes } from 'react-router';
import { NotFound } from '../pages/NotFound';
import { Audit } from './Audit';
import { Keys } from './Keys';
import { PersonPage } from './PersonPage';
import { Users } from './Users';
import './admin.css';

/** The pages for administrators. */
export default function Admin() {
  return (
    <>
      <nav className="subnav" aria-label="Administration">
        <NavLink to="/admin/users">Users</NavLink>
        <NavLink to="/admin/audit">Audit trail</NavLink>
        <NavLink to="/admin/keys">Signing keys</NavLink>
      </nav>
      <Routes>
        <Route index element={<Navigate replace to="/admin/users" />} />
        <Route path="users" element={<Users />} />
        <Route path="users/:id" element={<PersonPage />} />
        <Route path="audit" element={<Audit />} />
        <Route path="keys" element={<Keys />} />
        <Route path="*" element={<NotFound />} />
      </Routes>
    </>
  );
}
