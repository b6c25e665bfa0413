@NullMarked
package sotto.media.codec;

import org.jspecify.annotations.NullMarked;
