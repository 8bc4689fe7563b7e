//! A matter's whole life, by the program alone: phones of a grid's members offline, and the desks of community, township and county.

#![cfg(test)]

mod matters {
    mod families;
    mod flows;
    mod hands;
    mod levels;
    mod light;
    mod measures;
    mod numbers;
    mod town;
}
