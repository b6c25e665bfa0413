@NullMarked
package sotto.proxy.api;

import org.jspecify.annotations.NullMarked;
