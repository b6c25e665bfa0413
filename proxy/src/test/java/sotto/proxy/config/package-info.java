@NullMarked
package sotto.proxy.config;

import org.jspecify.annotations.NullMarked;
