// The same with the streams of the C++ library, which the library sets up before main begins.
#include <iostream>

int main() { return 0; }
