// Catch2's main function, for every test executable.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
