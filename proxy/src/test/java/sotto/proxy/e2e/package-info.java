/** Whole-process tests: the program in its own JVM, real peers around it, real sockets and files. */
@NullMarked
package sotto.proxy.e2e;

import org.jspecify.annotations.NullMarked;
