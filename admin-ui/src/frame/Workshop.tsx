import { IconChartBar, IconPuzzle, IconRuler2, IconSettings } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useWords } from '../words';
import classes from './Navigation.module.css';
import { Item, link } from './NavigationItem';
import { useMay } from './reader';

/** The way to the pages of those who run the program: rules, plugins, reports, administration. */
export function Workshop() {
  const words = useWords();
  const mayEdit = useMay('ops');
  const mayManage = useMay('manager');
  const options = { exact: false, includeSearch: false };
  return (
    <ul className={classes.list}>
      <li>
        <Link to="/rules" {...link} activeOptions={options}>
          <Item icon={<IconRuler2 size={16} />} label={words.frame.rules} />
        </Link>
      </li>
      {mayEdit && (
        <li>
          <Link to="/plugins" {...link}>
            <Item icon={<IconPuzzle size={16} />} label={words.frame.plugins} />
          </Link>
        </li>
      )}
      {mayManage && (
        <li>
          <Link to="/reports" {...link} activeOptions={options}>
            <Item icon={<IconChartBar size={16} />} label={words.frame.reports} />
          </Link>
        </li>
      )}
      {mayEdit && (
        <li>
          <Link to="/admin" {...link} activeOptions={options}>
            <Item icon={<IconSettings size={16} />} label={words.frame.admin} />
          </Link>
        </li>
      )}
    </ul>
  );
}
