// What any process takes that is linked as bankctl is: it does nothing.
int main() { return 0; }
