@NullMarked
package sotto.proxy.app;

import org.jspecify.annotations.NullMarked;
