export default {
  compilerOptions: {
    runes: true,
    // On a narrow screen tables are shown as lists of cards: `display: block` takes the roles away that the tables then say themselves.
    warningFilter: (warning) => warning.code !== 'a11y_no_redundant_roles',
  },
};
