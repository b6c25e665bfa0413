@NullMarked
package sotto.media;

import org.jspecify.annotations.NullMarked;
