@NullMarked
package sotto.media.tap;

import org.jspecify.annotations.NullMarked;
