@NullMarked
package sotto.media.uring;

import org.jspecify.annotations.NullMarked;
